-- Sign-in through a tenant's OpenID Connect provider: what it is called, and whom each of its subjects is here.
alter table directory.oidc_provider
    add column name        text not null default '' check (length(name) <= 256),     -- on the button
    add column auth_method text not null default 'client_secret_basic'
        check (auth_method in ('none', 'client_secret_basic', 'client_secret_post'));

-- Learned at the first sign-in by the address that the provider claims; from then on the subject counts, so that an address that the
-- provider gives to somebody else opens nobody's mailbox.
create table directory.oidc_subject (
    tenant_id  bigint not null,
    issuer     text not null,
    subject    text not null check (length(subject) between 1 and 255),
    account_id bigint not null,
    created_at timestamptz not null default now(),
    primary key (tenant_id, issuer, subject),
    foreign key (tenant_id, account_id) references directory.account on delete cascade
);
create unique index one_subject_of_account on directory.oidc_subject (tenant_id, account_id, issuer);
alter table directory.oidc_subject enable row level security;
create policy own_tenant on directory.oidc_subject to sky_auth using (tenant_id = directory.current_tenant());
grant select, insert, delete on directory.oidc_subject to sky_auth;
