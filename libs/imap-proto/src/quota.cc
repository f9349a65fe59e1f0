#include "sky/imap-proto/quota.h"

#include "sky/base/ascii.h"

namespace sky::imap {
namespace {
constexpr std::size_t most_resources = 20;
}

Result<SetQuota> parse_set_quota(Arguments& in) {
    SetQuota out;
    auto root = in.astring();
    if (!root) return forward(root);
    out.root = *std::move(root);
    if (const auto space = in.space(); !space) return forward(space);
    if (const auto open = in.expect('('); !open) return forward(open);
    if (!in.take(')')) {
        do {
            const auto resource = in.atom();
            if (!resource) return forward(resource);
            if (const auto space = in.space(); !space) return forward(space);
            const auto limit = in.number(INT64_MAX);
            if (!limit) return forward(limit);
            if (out.limits.size() == most_resources) return unexpected(Fault::limit, "Too many resources");
            out.limits.push_back({ascii::to_upper(*resource), *limit});
        } while (in.take(' '));
        if (const auto close = in.expect(')'); !close) return forward(close);
    }
    if (const auto end = in.end(); !end) return forward(end);
    return out;
}

}  // namespace sky::imap
