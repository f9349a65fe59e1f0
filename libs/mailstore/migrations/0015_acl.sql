-- Who may do what with a mailbox, besides its owner (RFC 4314 §2). Rights are bits: 1 l, 2 r, 4 s, 8 w, 16 i, 32 p, 64 k, 128 x, 256 t, 512 e,
-- 1024 a. A row that grants nothing is not kept. Rights go with the mailbox, not with its name.
create table mail.acl (
    tenant_id bigint not null,
    mailbox_id bigint not null,
    grantee_kind smallint not null,             -- 0 anyone of the tenant, 1 an account, 2 a group; of the directory
    grantee_id bigint not null,                 -- 0: anyone
    negative boolean not null,                  -- takes these rights away, whoever else grants them
    rights integer not null check (rights between 1 and 2047),
    primary key (tenant_id, mailbox_id, grantee_kind, grantee_id, negative),
    foreign key (tenant_id, mailbox_id) references mail.mailbox on delete cascade,
    check (grantee_kind between 0 and 2 and (grantee_kind = 0) = (grantee_id = 0))
);
create index acl_by_grantee on mail.acl (tenant_id, grantee_kind, grantee_id);
alter table mail.acl enable row level security;
create policy tenant on mail.acl using (tenant_id = nullif(current_setting('sky.tenant', true), '')::bigint);
grant select, insert, update, delete on mail.acl to sky_imap;
grant select on mail.acl to sky_delivery;

-- Rights that somebody had go with him; those that others had in his mailboxes go with the mailboxes.
create function mail.forget_grantee() returns trigger language plpgsql security definer set search_path = mail, pg_temp as $$
begin
    delete from mail.acl where tenant_id = old.tenant_id and grantee_kind = 1 and grantee_id = old.account_id;
    return old;
end $$;
create trigger forget_grantee before delete on mail.account for each row execute function mail.forget_grantee();
revoke execute on function mail.forget_grantee from public;
