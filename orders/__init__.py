"""The referral domain: vocabulary, codes, order, checklists, case states."""
