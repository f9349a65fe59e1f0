#include "sky/imap-proto/search.h"

#include "sky/base/ascii.h"

namespace sky::imap {
namespace {

using Kind = SearchKey::Kind;

struct FlagWord {
    std::string_view word;
    std::uint16_t bit;
    bool is_set;
};
constexpr FlagWord flag_words[] = {
    {"ANSWERED", flag_answered, true},  {"UNANSWERED", flag_answered, false}, {"DELETED", flag_deleted, true},
    {"UNDELETED", flag_deleted, false}, {"DRAFT", flag_draft, true},          {"UNDRAFT", flag_draft, false},
    {"FLAGGED", flag_flagged, true},    {"UNFLAGGED", flag_flagged, false},   {"SEEN", flag_seen, true},
    {"UNSEEN", flag_seen, false},
};

struct KindWord {
    std::string_view word;
    Kind kind;
};
constexpr KindWord text_words[] = {
    {"FROM", Kind::from},         {"TO", Kind::to},     {"CC", Kind::cc},           {"BCC", Kind::bcc},
    {"BODY", Kind::body},         {"TEXT", Kind::text}, {"SUBJECT", Kind::subject}, {"EMAILID", Kind::email_id},
    {"THREADID", Kind::thread_id}};
constexpr KindWord date_words[] = {{"BEFORE", Kind::before},          {"ON", Kind::on},          {"SINCE", Kind::since},
                                   {"SENTBEFORE", Kind::sent_before}, {"SENTON", Kind::sent_on}, {"SENTSINCE", Kind::sent_since}};
constexpr KindWord number_words[] = {
    {"LARGER", Kind::larger}, {"SMALLER", Kind::smaller}, {"OLDER", Kind::older}, {"YOUNGER", Kind::younger}};

class Parser {
  public:
    explicit Parser(Arguments& in) : in_(&in) {}

    // search-key *(SP search-key), up to `close` or the end
    Result<SearchKey> list(std::size_t depth) {
        SearchKey out{.kind = Kind::both};
        do {
            auto one = key(depth);
            if (!one) return one;
            out.children.push_back(*std::move(one));
        } while (in_->take(' '));
        return out;
    }

  private:
    Result<SearchKey> key(std::size_t depth) {
        if (depth > max_search_depth) return unexpected(Fault::limit, "The search is nested too deeply");
        if (++keys_ > max_search_keys) return unexpected(Fault::limit, "The search has too many keys");
        const char c = in_->peek();
        if (c == '(') return parenthesised(depth);
        if (ascii::is_digit(c) || c == '*') return set(Kind::sequence);
        if (in_->take_word("ALL")) return SearchKey{};
        if (in_->take_word("OLD")) return SearchKey{};  // without \Recent every message is old
        if (in_->take_word("RECENT") || in_->take_word("NEW")) return SearchKey{.kind = Kind::nothing};
        for (const FlagWord& word : flag_words)
            if (in_->take_word(word.word)) return SearchKey{.kind = Kind::flag, .is_set = word.is_set, .number = word.bit};
        if (in_->take_word("NOT")) return operands(Kind::negation, 1, depth);
        if (in_->take_word("OR")) return operands(Kind::either, 2, depth);
        return with_argument();
    }

    Result<SearchKey> parenthesised(std::size_t depth) {
        in_->take('(');
        auto inner = list(depth + 1);
        if (!inner) return inner;
        if (const auto close = in_->expect(')'); !close) return forward(close);
        return inner;
    }

    Result<SearchKey> operands(Kind kind, int count, std::size_t depth) {
        SearchKey out{.kind = kind};
        for (int i = 0; i < count; ++i) {
            if (const auto space = in_->space(); !space) return forward(space);
            auto operand = key(depth + 1);
            if (!operand) return operand;
            out.children.push_back(*std::move(operand));
        }
        return out;
    }

    Result<SearchKey> set(Kind kind) {
        auto numbers = in_->sequence_set();
        if (!numbers) return forward(numbers);
        SearchKey out{.kind = kind};
        out.set = *std::move(numbers);
        return out;
    }

    Result<SearchKey> with_argument() {
        const auto word = in_->atom();
        if (!word) return unexpected(Fault::syntax, "A search key is missing");
        if (const auto space = in_->space(); !space) return forward(space);
        const auto is = [&](std::string_view name) { return ascii::equals_ignoring_case(*word, name); };
        if (is("UID")) return set(Kind::uid);
        if (is("KEYWORD") || is("UNKEYWORD")) {
            const auto keyword = in_->atom();
            if (!keyword) return forward(keyword);
            return SearchKey{.kind = Kind::keyword, .is_set = is("KEYWORD"), .text = std::string(*keyword)};
        }
        if (is("HEADER")) return header();
        if (is("MODSEQ")) return mod_seq();
        for (const KindWord& known : text_words)
            if (is(known.word)) return text(known.kind);
        for (const KindWord& known : date_words) {
            if (!is(known.word)) continue;
            const auto date = in_->date();
            if (!date) return forward(date);
            return SearchKey{.kind = known.kind, .date = *date};
        }
        for (const KindWord& known : number_words) {
            if (!is(known.word)) continue;
            const auto number = in_->number(INT64_MAX);
            if (!number) return forward(number);
            return SearchKey{.kind = known.kind, .number = *number};
        }
        return unexpected(Fault::syntax, "There is no such search key");
    }

    Result<SearchKey> text(Kind kind) {
        auto needle = in_->astring();
        if (!needle) return forward(needle);
        if (!ascii::is_utf8(*needle)) return unexpected(Fault::syntax, "A search string must be UTF-8");
        return SearchKey{.kind = kind, .text = *std::move(needle)};
    }

    Result<SearchKey> header() {
        auto field = in_->astring();
        if (!field) return forward(field);
        if (const auto space = in_->space(); !space) return forward(space);
        auto out = text(Kind::header);
        if (out) out->field = *std::move(field);
        return out;
    }

    // MODSEQ [entry-name SP entry-type SP] mod-sequence-valzer; there is one MODSEQ a message, so the entry changes nothing.
    Result<SearchKey> mod_seq() {
        if (in_->peek() == '"') {
            if (const auto name = in_->string(); !name) return forward(name);
            if (const auto space = in_->space(); !space) return forward(space);
            if (const auto type = in_->atom(); !type) return forward(type);
            if (const auto space = in_->space(); !space) return forward(space);
        }
        const auto number = in_->number(INT64_MAX);
        if (!number) return forward(number);
        return SearchKey{.kind = Kind::mod_seq, .number = *number};
    }

    Arguments* in_;
    std::size_t keys_ = 0;
};

Result<SearchReturn> parse_return(Arguments& in) {
    SearchReturn out{.extended = true};
    if (const auto space = in.space(); !space) return forward(space);
    if (const auto open = in.expect('('); !open) return forward(open);
    if (in.take(')')) return out.all = true, out;
    do {
        if (in.take_word("MIN"))
            out.min = true;
        else if (in.take_word("MAX"))
            out.max = true;
        else if (in.take_word("COUNT"))
            out.count = true;
        else if (in.take_word("ALL"))
            out.all = true;
        else
            return unexpected(Fault::syntax, "There is no such RETURN option");
    } while (in.take(' '));
    if (const auto close = in.expect(')'); !close) return forward(close);
    return out;
}

}  // namespace

bool is_known_charset(std::string_view charset) {
    return charset.empty() || ascii::equals_ignoring_case(charset, "UTF-8") || ascii::equals_ignoring_case(charset, "US-ASCII");
}

Result<SearchRequest> parse_search(Arguments& in) {
    SearchRequest out;
    if (in.take_word("RETURN")) {
        const auto options = parse_return(in);
        if (!options) return forward(options);
        out.result = *options;
        if (const auto space = in.space(); !space) return forward(space);
    }
    if (in.take_word("CHARSET")) {
        if (const auto space = in.space(); !space) return forward(space);
        auto charset = in.astring();
        if (!charset) return forward(charset);
        out.charset = *std::move(charset);
        if (!is_known_charset(out.charset)) return out;  // its strings can't be read: RFC 9051 §6.4.4 answers BADCHARSET
        if (const auto space = in.space(); !space) return forward(space);
    }
    auto root = Parser(in).list(0);
    if (!root) return forward(root);
    if (const auto end = in.end(); !end) return forward(end);
    out.root = *std::move(root);
    return out;
}

}  // namespace sky::imap
