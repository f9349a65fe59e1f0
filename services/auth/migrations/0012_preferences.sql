-- How people want to be spoken to, and where they live: for whatever speaks to them, and for whatever plans their day.
alter table directory.account
    add column language  text not null default '' check (length(language) <= 64),    -- BCP 47; empty: not said
    add column time_zone text not null default '' check (length(time_zone) <= 64);   -- of the IANA database; empty: not said
