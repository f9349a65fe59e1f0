#include "sky/imap-proto/search_source.h"

#include <algorithm>

namespace sky::imap {
namespace {

using Kind = SearchSource::Kind;

struct SourceWord {
    std::string_view word;
    Kind kind;
    bool names;
};
constexpr SourceWord source_words[] = {
    {"SELECTED", Kind::selected, false},     {"INBOXES", Kind::inboxes, false},        {"PERSONAL", Kind::personal, false},
    {"SUBSCRIBED", Kind::subscribed, false}, {"SUBTREE-ONE", Kind::subtree_one, true}, {"SUBTREE", Kind::subtree, true},
    {"MAILBOXES", Kind::mailboxes, true},
};

// one-or-more-mailbox = mailbox / "(" mailbox *(SP mailbox) ")"
Result<void> names(Arguments& in, std::vector<std::string>& out, std::size_t& count) {
    if (const auto space = in.space(); !space) return forward(space);
    const bool several = in.take('(');
    do {
        if (++count > max_source_names) return unexpected(Fault::limit, "Too many mailboxes are named");
        auto name = in.mailbox();
        if (!name) return forward(name);
        out.push_back(*std::move(name));
    } while (several && in.take(' '));
    if (several) return in.expect(')');
    return {};
}

Result<std::vector<SearchSource>> parse_sources(Arguments& in) {
    std::vector<SearchSource> out;
    std::size_t count = 0;
    if (const auto open = in.expect('('); !open) return forward(open);
    do {
        if (out.size() == max_search_sources) return unexpected(Fault::limit, "Too many sources");
        if (in.peek() == '(') return unexpected(Fault::syntax, "There are no scope options");
        const auto known = std::ranges::find_if(source_words, [&](const SourceWord& one) { return in.take_word(one.word); });
        if (known == std::ranges::end(source_words)) return unexpected(Fault::syntax, "There is no such source of a search");
        SearchSource source{.kind = known->kind};
        if (known->names)
            if (const auto read = names(in, source.names, count); !read) return forward(read);
        out.push_back(std::move(source));
    } while (in.take(' '));
    if (const auto close = in.expect(')'); !close) return forward(close);
    return out;
}

}  // namespace

bool MultiSearchRequest::only_selected() const {
    return std::ranges::all_of(sources, [](const SearchSource& source) { return source.kind == Kind::selected; });
}

Result<MultiSearchRequest> parse_multi_search(Arguments& in, CharsetDecoder decode) {
    MultiSearchRequest out;
    if (in.take_word("IN")) {
        if (const auto space = in.space(); !space) return forward(space);
        auto sources = parse_sources(in);
        if (!sources) return forward(sources);
        out.sources = *std::move(sources);
        if (const auto space = in.space(); !space) return forward(space);
    }
    auto search = parse_search(in, decode);
    if (!search) return forward(search);
    out.search = *std::move(search);
    SearchReturn& result = out.search.result;
    if ((result.save || result.update) && !out.only_selected())
        return unexpected(Fault::syntax, "SAVE and UPDATE are for the selected mailbox alone");
    if (!result.extended) result.extended = result.all = true;  // RFC 7377 §2.1
    return out;
}

}  // namespace sky::imap
