"""The standard: what is a case, by when, who answers, and what others call it."""
