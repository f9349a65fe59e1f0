#include "sky/imap-proto/search_return.h"

#include "fetch_item.h"

namespace sky::imap {
namespace {

struct Option {
    std::string_view word;
    bool SearchReturn::* field;
};
constexpr Option options[] = {
    {"MIN", &SearchReturn::min},
    {"MAX", &SearchReturn::max},
    {"COUNT", &SearchReturn::count},
    {"ALL", &SearchReturn::all},
    {"SAVE", &SearchReturn::save},
    {"CONTEXT", &SearchReturn::context},
    {"RELEVANCY", &SearchReturn::relevancy},
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
    if (in.take_word("UPDATE")) {  // "UPDATE" [SP "(" fetch-att *(SP fetch-att) ")"] (RFC 5465 §8)
        out.update = true;
        if (!in.remaining().starts_with(" (")) return {};
        in.take(' ');
        in.take('(');
        out.update_items.clear();
        do {
            if (const auto item = parse_fetch_item(in, out.update_items); !item) return item;
        } while (in.take(' '));
        return in.expect(')');
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
