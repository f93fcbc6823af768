"""One chart specification (``spec``), two renderers: ``plotly_figure`` for the screen, ``svg`` for everything else."""
