"""What is given on paper: statements, contracts and charts, set by typst."""
