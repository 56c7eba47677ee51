-- Series that equal others by definition: the residual on each day. The subtrahend is null if two series are equal.
-- uses: seed_fred_identities, related_values
select
    identities.series_id,
    identities.minuend,
    identities.subtrahend,
    wholes.date,
    wholes.value - minuends.value + coalesce(subtrahends.value, 0) as difference,
    -- Both sides have two decimals: any real difference is a hundredth at least.
    abs(wholes.value - minuends.value + coalesce(subtrahends.value, 0)) > 0.005 as is_broken
from seed_fred_identities as identities
inner join related_values as wholes
    on identities.series_id = wholes.series and cast(identities.equal_since as date) <= wholes.date
inner join related_values as minuends on identities.minuend = minuends.series and wholes.date = minuends.date
left join related_values as subtrahends
    on identities.subtrahend = subtrahends.series and wholes.date = subtrahends.date
where identities.subtrahend is null or subtrahends.value is not null
