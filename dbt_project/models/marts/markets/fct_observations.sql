-- Grain: one row per series and date.
-- The latest value known at the as-of date. `observations_as_of()` has the same definition.
{{ latest_observations(ref('fct_observation_vintages')) }}
