-- How many messages each block of 4,096 UIDs of a large mailbox held at some MODSEQ; what happened since stands in the change log. Rebuildable by one walk
-- through the mailbox: it only saves that walk.
create table mail.numbering (
    tenant_id bigint not null,
    mailbox_id bigint not null,
    modseq bigint not null,
    counts bigint[] not null,                   -- block * 8192 + count, ascending; blocks without messages are left out
    primary key (tenant_id, mailbox_id),
    foreign key (tenant_id, mailbox_id) references mail.mailbox on delete cascade
);
alter table mail.numbering enable row level security;
create policy tenant on mail.numbering using (tenant_id = nullif(current_setting('sky.tenant', true), '')::bigint);
grant select, insert, update on mail.numbering to sky_imap;
