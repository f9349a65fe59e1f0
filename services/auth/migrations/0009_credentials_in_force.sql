-- As before, with whether main passwords want SCRAM verifiers, so that a sign-in can add them.
drop function directory.find_credentials(text);
create function directory.find_credentials(wanted text)
returns table (version bigint, tenant_id bigint, account_id bigint, address text, display_name text, kind text, state text,
               tenant_state text, scram_salt bytea, second_factor boolean, second_factor_required boolean, account_protocols text[],
               has_ldap boolean, scram_for_main boolean,
               credential_ids bigint[], kinds text[], verifiers text[], scram_sha256 text[], scram_sha1 text[], protocols text[], networks text[])
language sql stable security definer set search_path = pg_catalog, directory as $$
    select v.version, a.tenant_id, a.account_id, a.address, a.display_name, a.kind, a.state, t.state, a.scram_salt,
           exists (select from directory.second_factor f
                    where f.tenant_id = a.tenant_id and f.account_id = a.account_id and f.confirmed_at is not null),
           t.second_factor_required, coalesce(a.protocols, p.protocols),
           exists (select from directory.ldap_source l where l.tenant_id = a.tenant_id), t.scram_for_main,
           c.ids, c.kinds, c.verifiers, c.sha256, c.sha1, c.protocols, c.networks
      from directory.version v
      join directory.address n on n.address = wanted
      join directory.account a on a.tenant_id = n.tenant_id and a.account_id = n.account_id
      join directory.tenant t on t.tenant_id = a.tenant_id
      left join directory.plan p on p.plan_id = directory.plan_in_force(a.kind, a.plan_id, t.plan_id)
     cross join lateral (
           select coalesce(array_agg(k.credential_id order by k.kind desc, k.credential_id), '{}') as ids,
                  coalesce(array_agg(k.kind order by k.kind desc, k.credential_id), '{}') as kinds,
                  coalesce(array_agg(k.verifier order by k.kind desc, k.credential_id), '{}') as verifiers,
                  coalesce(array_agg(coalesce(k.scram_sha256, '') order by k.kind desc, k.credential_id), '{}') as sha256,
                  coalesce(array_agg(coalesce(k.scram_sha1, '') order by k.kind desc, k.credential_id), '{}') as sha1,
                  coalesce(array_agg(array_to_string(k.protocols, ',') order by k.kind desc, k.credential_id), '{}') as protocols,
                  coalesce(array_agg(array_to_string(k.networks, ',') order by k.kind desc, k.credential_id), '{}') as networks
             from directory.credential k
            where k.tenant_id = a.tenant_id and k.account_id = a.account_id and (k.expires_at is null or k.expires_at > now())) c
$$;
revoke all on all functions in schema directory from public;
grant execute on all functions in schema directory to sky_auth;
