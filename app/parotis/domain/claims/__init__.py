"""What gets a signed exam paid: coverage, authorization, codes, texts, checklist, lifecycle, remittance, appeal."""
