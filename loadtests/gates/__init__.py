"""Load gates: sites under the load of many people, and the aims that they have to meet."""
