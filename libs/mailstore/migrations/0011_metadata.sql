-- Annotations (RFC 5464) of mailboxes, and of the server as each account sees it.
create table mail.metadata (
    tenant_id bigint not null,
    account_id bigint not null,
    mailbox_id bigint not null,                 -- 0: the server's
    principal_id bigint not null,               -- whose private entry; 0: shared by all who see the mailbox
    entry text not null collate "C",            -- in lower case: /private/comment
    value bytea check (octet_length(value) <= 65536),  -- null: it went; kept for a while for who is to be told
    modseq bigint not null default 1,           -- of its last change
    primary key (tenant_id, account_id, mailbox_id, principal_id, entry),
    foreign key (tenant_id, account_id) references mail.account on delete cascade
);
alter table mail.metadata enable row level security;
create policy tenant on mail.metadata using (tenant_id = nullif(current_setting('sky.tenant', true), '')::bigint);
grant select, insert, update, delete on mail.metadata to sky_imap;

-- An account that moves takes them along (not what other people noted in it): the function as it stands, with a step more.
do $$
begin
    execute replace(pg_get_functiondef('mail.move_account'::regproc), 'drop table moving_blob;',
        'insert into mail.metadata select to_tenant, account_id, mailbox_id, principal_id, entry, value, modseq
           from mail.metadata where tenant_id = from_tenant and account_id = account and principal_id in (0, account);
         drop table moving_blob;');
end $$;
