"""Small widgets that belong to no noun of the field."""
