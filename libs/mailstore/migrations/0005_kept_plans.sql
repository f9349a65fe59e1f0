-- What writes run keeps its plan: a statement with arrays is weighed anew at each call otherwise, which takes longer than the call.
create or replace function mail.held_of_pool(tenant bigint, pool bigint) returns bigint language plpgsql stable as $$
begin
    return (select coalesce(sum(a.quota_octets), 0)::bigint from mail.account a where a.tenant_id = $1 and a.pool_id = $2);
end $$;
alter function mail.take_back set plan_cache_mode = force_generic_plan;
alter function mail.draw set plan_cache_mode = force_generic_plan;
alter function mail.set_limits set plan_cache_mode = force_generic_plan;
