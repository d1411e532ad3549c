"""What each flow action does, by subject; every module hands in a table of its own."""
