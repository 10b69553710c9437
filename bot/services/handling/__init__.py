"""What technicians order, carried out. `dispatch` finds the handler of a verb; each other module is a kind of order."""
