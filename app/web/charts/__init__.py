"""Charts of a fund: figures for Plotly, each with its sentence, its table and its CSV."""
