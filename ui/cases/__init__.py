"""Cases on the screen: the form, the list, one case whole."""
