-- Upkeep is groupware's: it may rotate the log of changes, which owns the partitions, and nothing else of the owner's.
alter function cal.rotate_changes(date) security definer;
alter function cal.rotate_changes(date) set search_path = cal, pg_temp;
grant execute on function cal.rotate_changes(date) to sky_groupware;
