-- Which messages no session has been told of yet: those from this UID on (\Recent, RFC 3501 §2.3.2). Null: a mailbox from before this column that nobody has
-- selected since; what it holds is not recent.
alter table mail.mailbox add column recent_uid bigint;
alter table mail.mailbox alter column recent_uid set default 1;
grant update (recent_uid) on mail.mailbox to sky_imap;
