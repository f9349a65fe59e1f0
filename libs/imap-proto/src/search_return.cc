#include "sky/imap-proto/search_return.h"

namespace sky::imap {
namespace {

struct Option {
    std::string_view word;
    bool SearchReturn::* field;
};
constexpr Option options[] = {
    {"MIN", &SearchReturn::min},         {"MAX", &SearchReturn::max},
    {"COUNT", &SearchReturn::count},     {"ALL", &SearchReturn::all},
    {"SAVE", &SearchReturn::save},       {"UPDATE", &SearchReturn::update},
    {"CONTEXT", &SearchReturn::context}, {"RELEVANCY", &SearchReturn::relevancy},
};

Result<void> parse_option(Arguments& in, SearchReturn& out) {
    if (in.take_word("PARTIAL")) {
        if (const auto space = in.space(); !space) return forward(space);
        const auto range = parse_partial_range(in);
        if (!range) return forward(range);
        if (out.partial) return unexpected(Fault::syntax, "PARTIAL may stand once");
        out.partial = *range;
        return {};
    }
    for (const Option& option : options) {
        if (!in.take_word(option.word)) continue;
        out.*option.field = true;
        return {};
    }
    return unexpected(Fault::syntax, "There is no such RETURN option");
}

}  // namespace

Result<SearchReturn> parse_search_return(Arguments& in) {
    SearchReturn out;
    if (!in.take_word("RETURN")) return out;
    out.extended = true;
    if (const auto space = in.space(); !space) return forward(space);
    if (const auto open = in.expect('('); !open) return forward(open);
    if (!in.take(')')) {
        do {
            if (const auto option = parse_option(in, out); !option) return forward(option);
        } while (in.take(' '));
        if (const auto close = in.expect(')'); !close) return forward(close);
    }
    if (out.partial && out.all) return unexpected(Fault::syntax, "PARTIAL and ALL exclude each other");  // RFC 9394 §3.1
    if (out.is_silent() && !out.save) out.all = true;
    if (const auto space = in.space(); !space) return forward(space);
    return out;
}

}  // namespace sky::imap
