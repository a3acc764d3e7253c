"""`/signup`: a city signs itself up, in five steps that work without JavaScript and can be resumed anywhere."""
