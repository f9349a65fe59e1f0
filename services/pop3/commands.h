#pragma once
// The verbs: one row each in commands.cc, one file each in commands/.
#include <string>
#include <string_view>

#include "sky/async/task.h"
#include "sky/base/result.h"

namespace sky::pop3d {

class Session;

enum class State { authorization, transaction, any };

// What goes to the client; empty when the verb has answered by itself. An Error becomes -ERR.
using Answer = Result<std::string>;

struct Command {
    std::string_view verb;
    State state;
    Task<Answer> (*run)(Session& session, std::string_view argument);
    std::string_view described_in;
};

const Command* find_command(std::string_view verb);

Task<Answer> user(Session& session, std::string_view argument);
Task<Answer> pass(Session& session, std::string_view argument);
Task<Answer> auth(Session& session, std::string_view argument);
Task<Answer> stls(Session& session, std::string_view argument);
Task<Answer> capa(Session& session, std::string_view argument);
Task<Answer> stat(Session& session, std::string_view argument);
Task<Answer> list(Session& session, std::string_view argument);
Task<Answer> uidl(Session& session, std::string_view argument);
Task<Answer> retr(Session& session, std::string_view argument);
Task<Answer> top(Session& session, std::string_view argument);
Task<Answer> dele(Session& session, std::string_view argument);
Task<Answer> rset(Session& session, std::string_view argument);
Task<Answer> noop(Session& session, std::string_view argument);
Task<Answer> quit(Session& session, std::string_view argument);

}  // namespace sky::pop3d
