#include <algorithm>

#include "imap/commands/all.h"

namespace sky::imapd {

// Nothing is told any more of the results of these searches (RFC 5267 §4.3.5).
Task<Result<Reply>> cancel_update(Session& session, Arguments arguments) {
    std::vector<std::string> tags;
    do {
        auto tag = arguments.string();
        if (!tag) co_return forward(tag);
        tags.push_back(*std::move(tag));
        if (tags.size() > SearchState::max_contexts) co_return unexpected(Fault::limit, "Too many tags");
    } while (arguments.take(' '));
    if (const auto end = arguments.end(); !end) co_return forward(end);
    auto& contexts = session.mailbox().searches().contexts;
    for (const std::string& tag : tags)
        if (std::ranges::find(contexts, tag, &UpdateContext::tag) == contexts.end())
            co_return unexpected(Fault::syntax, "No search of that tag is kept up to date");
    std::erase_if(contexts, [&](const UpdateContext& context) { return std::ranges::find(tags, context.tag) != tags.end(); });
    co_return Reply::ok("No further updates");
}

}  // namespace sky::imapd
