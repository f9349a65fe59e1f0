-- OAuth 2.1 and OpenID Connect: programs, what people let them do, and what they hold of it. Every secret is kept as a digest, or sealed.

-- Programs that may ask. Of one tenant: only its people may let them in; of nobody: everybody may.
create table directory.oauth_client (
    client_id     text primary key check (length(client_id) between 1 and 128),
    tenant_id     bigint references directory.tenant on delete cascade,
    name          text not null check (length(name) between 1 and 256),
    uri           text not null default '' check (length(uri) <= 2048),
    auth_method   text not null check (auth_method in ('none', 'client_secret_basic', 'client_secret_post')),
    secret_digest bytea,                                  -- keyed
    redirect_uris text[] not null default '{}',
    grant_types   text[] not null,
    scopes        text[] not null,
    id_token_alg  text not null default 'ES256' check (id_token_alg in ('ES256', 'RS256')),
    trusted       boolean not null default false,         -- one of the house's own: nobody is asked whether it may
    resource      text unique check (length(resource) <= 2048),  -- what it serves itself: it may look into tokens for that
    origin        text not null check (origin in ('operator', 'registration')),
    created_at    timestamptz not null default now(),
    created_by    text not null,
    constraint secret_of_confidential check ((auth_method = 'none') = (secret_digest is null))
);
create index oauth_client_by_tenant on directory.oauth_client (tenant_id, client_id);

-- What somebody lets a program do. Everything that came of one approval hangs on its row and goes with it: the code, the access tokens, the
-- chain of refresh tokens.
create table directory.oauth_grant (
    tenant_id        bigint not null,
    grant_id         bigint not null generated always as identity,
    account_id       bigint not null,
    client_id        text not null references directory.oauth_client on delete cascade,
    scopes           text[] not null,
    resources        text[] not null default '{}',        -- RFC 8707; empty: this house
    redirect_uri     text not null default '',            -- of the code; of a device: none
    code_challenge   text not null default '',
    nonce            text not null default '',
    authenticated_at timestamptz not null,
    methods          text[] not null default '{}',        -- how: pwd, otp, mfa
    created_at       timestamptz not null default now(),
    last_used_at     timestamptz,
    primary key (tenant_id, grant_id),
    foreign key (tenant_id, account_id) references directory.account on delete cascade
);
create index oauth_grant_by_account on directory.oauth_grant (tenant_id, account_id);
create index oauth_grant_by_client on directory.oauth_grant (client_id);

create table directory.oauth_token (
    tenant_id  bigint not null,
    token_id   bigint not null generated always as identity,
    grant_id   bigint not null,
    kind       text not null check (kind in ('code', 'access', 'refresh')),
    digest     bytea not null unique,
    scopes     text[] not null,
    resources  text[] not null default '{}',
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    used_at    timestamptz,                               -- of codes and refresh tokens: spent; shown again, the whole grant goes
    primary key (tenant_id, token_id),
    foreign key (tenant_id, grant_id) references directory.oauth_grant on delete cascade
);
create index oauth_token_by_grant on directory.oauth_token (tenant_id, grant_id);
create index oauth_token_by_end on directory.oauth_token (expires_at);

-- Somebody signed in at the pages where programs are let in.
create table directory.oauth_session (
    tenant_id        bigint not null,
    session_id       bigint not null generated always as identity,
    account_id       bigint not null,
    digest           bytea not null unique,
    authenticated_at timestamptz not null default now(),
    methods          text[] not null,
    remote           text not null default '',
    expires_at       timestamptz not null,
    primary key (tenant_id, session_id),
    foreign key (tenant_id, account_id) references directory.account on delete cascade
);
create index oauth_session_by_account on directory.oauth_session (tenant_id, account_id);

-- RFC 8628: a device that waits until somebody types its code. Nobody's until then.
create table directory.oauth_device (
    device_digest bytea primary key,
    user_digest   bytea not null unique,                  -- keyed under the installation's key: user codes are short
    client_id     text not null references directory.oauth_client on delete cascade,
    scopes        text[] not null,
    resources     text[] not null default '{}',
    remote        text not null default '',
    state         text not null default 'pending' check (state in ('pending', 'approved', 'denied')),
    interval_s    integer not null default 5,
    polled_at     timestamptz,
    created_at    timestamptz not null default now(),
    expires_at    timestamptz not null,
    grant_tenant  bigint,
    grant_id      bigint,
    foreign key (grant_tenant, grant_id) references directory.oauth_grant on delete cascade,
    check ((state = 'approved') = (grant_id is not null))
);

-- Keys that sign identity tokens. The newest of an algorithm whose time has come signs; the next one is shown before, those of before are
-- shown until what they signed has ended.
create table directory.oauth_key (
    key_id      text primary key,
    algorithm   text not null check (algorithm in ('ES256', 'RS256')),
    public_key  text not null,                            -- RFC 7517
    private_key bytea not null,                           -- sealed
    created_at  timestamptz not null default now(),
    signs_from  timestamptz not null,
    ends_at     timestamptz                               -- null: nothing follows it yet
);

alter table directory.oauth_client enable row level security;
alter table directory.oauth_grant enable row level security;
alter table directory.oauth_token enable row level security;
alter table directory.oauth_session enable row level security;
create policy own_tenant on directory.oauth_client to sky_auth using (tenant_id = directory.current_tenant());
create policy own_tenant on directory.oauth_grant to sky_auth using (tenant_id = directory.current_tenant());
create policy own_tenant on directory.oauth_token to sky_auth using (tenant_id = directory.current_tenant());
create policy own_tenant on directory.oauth_session to sky_auth using (tenant_id = directory.current_tenant());
-- Programs of nobody are the platform's to write, and everybody's to see.
create policy of_platform on directory.oauth_client to sky_auth
    using (tenant_id is null and directory.current_tenant() is null and directory.current_reseller() is null);
create policy of_nobody on directory.oauth_client for select to sky_auth using (tenant_id is null);
create policy platform on directory.oauth_client for select to sky_auth using (directory.current_tenant() is null
    and (directory.current_reseller() is null or tenant_id in (select directory.tenants_of(directory.current_reseller()))));
create policy platform on directory.oauth_grant for select to sky_auth using (directory.current_tenant() is null
    and (directory.current_reseller() is null or tenant_id in (select directory.tenants_of(directory.current_reseller()))));
grant select, insert, update, delete on directory.oauth_client, directory.oauth_grant, directory.oauth_token, directory.oauth_session,
    directory.oauth_device, directory.oauth_key to sky_auth;

-- Whoever shows a token, a code or a session has no tenant yet. Nothing of accounts that may not sign in.
create function directory.find_oauth_token(wanted bytea)
returns table (tenant_id bigint, token_id bigint, grant_id bigint, kind text, is_live boolean, is_used boolean, scopes text[], resources text[],
               created_at timestamptz, expires_at timestamptz, client_id text, account_id bigint, address text, display_name text,
               granted_scopes text[], granted_resources text[], redirect_uri text, code_challenge text, nonce text,
               authenticated_at timestamptz, methods text[])
language sql stable security definer set search_path = pg_catalog, directory as $$
    select k.tenant_id, k.token_id, k.grant_id, k.kind, k.expires_at > now(), k.used_at is not null, k.scopes, k.resources, k.created_at,
           k.expires_at, g.client_id, g.account_id, a.address, a.display_name, g.scopes, g.resources, g.redirect_uri, g.code_challenge, g.nonce,
           g.authenticated_at, g.methods
      from directory.oauth_token k
      join directory.oauth_grant g on g.tenant_id = k.tenant_id and g.grant_id = k.grant_id
      join directory.account a on a.tenant_id = g.tenant_id and a.account_id = g.account_id
      join directory.tenant t on t.tenant_id = g.tenant_id
     where k.digest = wanted and a.state = 'active' and t.state <> 'closing'
$$;
create function directory.find_oauth_session(wanted bytea)
returns table (tenant_id bigint, account_id bigint, address text, display_name text, authenticated_at timestamptz, methods text[])
language sql stable security definer set search_path = pg_catalog, directory as $$
    select s.tenant_id, s.account_id, a.address, a.display_name, s.authenticated_at, s.methods
      from directory.oauth_session s
      join directory.account a on a.tenant_id = s.tenant_id and a.account_id = s.account_id
      join directory.tenant t on t.tenant_id = s.tenant_id
     where s.digest = wanted and s.expires_at > now() and a.state = 'active' and t.state <> 'closing'
$$;

-- A new password and a suspension end what was let in before, whoever writes them.
create function directory.end_oauth() returns trigger
language plpgsql security definer set search_path = pg_catalog, directory as $$
begin
    delete from directory.oauth_grant where tenant_id = new.tenant_id and account_id = new.account_id;
    delete from directory.oauth_session where tenant_id = new.tenant_id and account_id = new.account_id;
    return null;
end $$;
create trigger end_oauth after update of state, password_changed_at on directory.account for each row
    when (new.state <> 'active' or new.password_changed_at is distinct from old.password_changed_at)
    execute function directory.end_oauth();

-- What has ended goes. Spent codes stay a day and spent refresh tokens until they would have ended, so that one shown again is known; grants
-- from which nothing can come any more follow.
create function directory.forget_oauth() returns void
language sql security definer set search_path = pg_catalog, directory as $$
    delete from directory.oauth_token where expires_at < now() and (kind <> 'code' or created_at < now() - interval '1 day');
    delete from directory.oauth_grant g where g.created_at < now() - interval '1 hour'
       and not exists (select from directory.oauth_token k where k.tenant_id = g.tenant_id and k.grant_id = g.grant_id);
    delete from directory.oauth_session where expires_at < now();
    delete from directory.oauth_device where expires_at < now() - interval '1 hour';
    delete from directory.oauth_key where ends_at < now();
    delete from directory.oauth_client c where c.origin = 'registration' and c.created_at < now() - interval '1 day'
       and not exists (select from directory.oauth_grant g where g.client_id = c.client_id);
$$;
revoke all on all functions in schema directory from public;
grant execute on all functions in schema directory to sky_auth;
