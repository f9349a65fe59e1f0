#pragma once
// The verbs: one row each in commands.cc, one file each in commands/.
#include <string_view>

#include "sky/async/task.h"
#include "sky/base/result.h"
#include "sky/smtp-proto/reply.h"

namespace sky::smtpd {

class Session;

// From which state a verb may be used; the session checks it before the verb runs.
enum class From { anywhere, greeted, transaction };

// What a verb says of patience: some change nothing, and a client that sends only these is not here for mail.
enum class Talk { useful, idle };

using Verdict = Result<smtp::Reply>;

struct Command {
    std::string_view verb;
    From from;
    Talk talk;
    Task<Verdict> (*run)(Session& session, std::string_view argument);
    std::string_view described_in;
};

const Command* find_command(std::string_view verb);

Task<Verdict> helo(Session& session, std::string_view argument);
Task<Verdict> ehlo(Session& session, std::string_view argument);
Task<Verdict> mail(Session& session, std::string_view argument);
Task<Verdict> rcpt(Session& session, std::string_view argument);
Task<Verdict> data(Session& session, std::string_view argument);
Task<Verdict> rset(Session& session, std::string_view argument);
Task<Verdict> noop(Session& session, std::string_view argument);
Task<Verdict> quit(Session& session, std::string_view argument);
Task<Verdict> vrfy(Session& session, std::string_view argument);
Task<Verdict> expn(Session& session, std::string_view argument);
Task<Verdict> help(Session& session, std::string_view argument);
Task<Verdict> starttls(Session& session, std::string_view argument);
Task<Verdict> auth(Session& session, std::string_view argument);

}  // namespace sky::smtpd
