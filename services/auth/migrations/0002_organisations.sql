-- Provider → reseller → tenant → domains, and who may look where.

-- sky.tenant holds whom this transaction works for: n = tenant n, reading and writing; -n = everything under reseller n, reading only;
-- empty = the whole platform, reading only.
create or replace function directory.current_tenant() returns bigint language sql stable parallel safe
    as $$ select case when current_setting('sky.tenant', true) not like '-%' then nullif(current_setting('sky.tenant', true), '')::bigint end $$;
create function directory.current_reseller() returns bigint language sql stable parallel safe
    as $$ select case when current_setting('sky.tenant', true) like '-%' then -(current_setting('sky.tenant', true)::bigint) end $$;

alter table directory.tenant
    add column kind         text not null default 'customer' check (kind in ('customer', 'reseller')),
    add column display_name text not null default '' check (length(display_name) <= 256),
    -- How its users sign in.
    add column scram_for_main        boolean not null default false,  -- main passwords get SCRAM verifiers too: the weaker one decides
    add column shortest_password     smallint not null default 10 check (shortest_password between 8 and 128),
    add column password_history      smallint not null default 0 check (password_history between 0 and 24),
    add column second_factor_required boolean not null default false,
    -- Whether one may see the organisation's address list.
    add column address_list          boolean not null default true,
    add constraint reseller_under_provider check (kind = 'customer' or parent_id is null),
    add constraint closing_has_date check ((state = 'closing') = (closes_at is not null));
create index tenant_by_parent on directory.tenant (parent_id) where parent_id is not null;

create function directory.check_parent() returns trigger language plpgsql security definer set search_path = pg_catalog, directory as $$
begin
    if new.parent_id is not null and not exists (select from directory.tenant p where p.tenant_id = new.parent_id and p.kind = 'reseller') then
        raise exception 'the parent is no reseller' using errcode = 'foreign_key_violation';
    end if;
    return new;
end $$;
create trigger check_parent before insert or update of parent_id, kind on directory.tenant
    for each row execute function directory.check_parent();

-- A reseller and the tenants under it.
create function directory.tenants_of(reseller bigint) returns setof bigint
language sql stable security definer set search_path = pg_catalog, directory as $$
    select tenant_id from directory.tenant where tenant_id = $1 or parent_id = $1
$$;

-- A domain takes mail only once its owner has proved that it is theirs: a TXT record with the challenge (pending → active). Until then its
-- mail goes where DNS says.
alter table directory.domain
    drop constraint domain_state_check,
    add constraint domain_state_check check (state in ('pending', 'active', 'suspended')),
    add column challenge   text not null default replace(gen_random_uuid()::text, '-', ''),
    add column verified_at timestamptz,
    add column separator   text default '+' check (separator in ('+', '-', '_', '.', '=', '#')),  -- user+tag; null: none
    add column alias_of    bigint,             -- every address of that domain exists here too
    add column catch_all   text check (catch_all = lower(catch_all) and length(catch_all) <= 320),
    add foreign key (tenant_id, alias_of) references directory.domain (tenant_id, domain_id),
    add constraint not_its_own_alias check (alias_of <> domain_id);
update directory.domain set verified_at = created_at;
alter table directory.domain add constraint active_is_verified check (state = 'pending' or verified_at is not null);
create index domain_by_alias on directory.domain (tenant_id, alias_of) where alias_of is not null;
create index domain_by_catch_all on directory.domain (catch_all) where catch_all is not null;

-- Reading without a tenant: the platform sees all, a reseller its own. Written out in each policy, because PostgreSQL would not inline a
-- function with a subselect and these stand in the way of every lookup.
alter policy platform on directory.tenant using (directory.current_tenant() is null
    and (directory.current_reseller() is null or tenant_id in (select directory.tenants_of(directory.current_reseller()))));
alter policy platform on directory.domain using (directory.current_tenant() is null
    and (directory.current_reseller() is null or tenant_id in (select directory.tenants_of(directory.current_reseller()))));
alter policy platform on directory.account using (directory.current_tenant() is null
    and (directory.current_reseller() is null or tenant_id in (select directory.tenants_of(directory.current_reseller()))));
alter policy platform on directory.alias using (directory.current_tenant() is null
    and (directory.current_reseller() is null or tenant_id in (select directory.tenants_of(directory.current_reseller()))));
alter policy platform on directory.alias_target using (directory.current_tenant() is null
    and (directory.current_reseller() is null or tenant_id in (select directory.tenants_of(directory.current_reseller()))));
alter policy platform on directory.address using (directory.current_tenant() is null
    and (directory.current_reseller() is null or tenant_id in (select directory.tenants_of(directory.current_reseller()))));
