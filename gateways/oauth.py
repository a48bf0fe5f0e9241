"""An access token by OAuth 2.0: client credentials, or a refresh token (RFC 6749, sections 4.4 and 6)."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request

from config import OAuthSettings

TIMEOUT = 15.0
LONGEST_ANSWER = 100_000


def access_token(said: OAuthSettings) -> str:
    """Ask the token endpoint; raises PermissionError when it refuses, OSError when it is away."""
    asked = {"client_id": said.client_id, "client_secret": said.client_secret.get_secret_value(), "scope": said.scope}
    if said.refresh_token:
        asked |= {"grant_type": "refresh_token", "refresh_token": said.refresh_token.get_secret_value()}
    else:
        asked |= {"grant_type": "client_credentials"}
    body = urllib.parse.urlencode(asked).encode()
    try:
        with urllib.request.urlopen(said.token_url, body, timeout=TIMEOUT) as answer:
            return str(json.loads(answer.read(LONGEST_ANSWER))["access_token"])
    except urllib.error.HTTPError as error:
        # Its body may repeat the secret.
        raise PermissionError(f"the token endpoint answers {error.code}") from None
    except (KeyError, ValueError):
        raise PermissionError("the token endpoint gives no token") from None
