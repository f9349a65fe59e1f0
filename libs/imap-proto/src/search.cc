#include "sky/imap-proto/search.h"

#include <algorithm>

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
constexpr KindWord date_words[] = {{"BEFORE", Kind::before},
                                   {"ON", Kind::on},
                                   {"SINCE", Kind::since},
                                   {"SENTBEFORE", Kind::sent_before},
                                   {"SENTON", Kind::sent_on},
                                   {"SENTSINCE", Kind::sent_since},
                                   {"SAVEDBEFORE", Kind::saved_before},
                                   {"SAVEDON", Kind::saved_on},
                                   {"SAVEDSINCE", Kind::saved_since}};
constexpr KindWord number_words[] = {
    {"LARGER", Kind::larger}, {"SMALLER", Kind::smaller}, {"OLDER", Kind::older}, {"YOUNGER", Kind::younger}};

class Parser {
  public:
    Parser(Arguments& in, std::string charset, CharsetDecoder decode) : in_(&in), charset_(std::move(charset)), decode_(decode) {}

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
        if (ascii::is_digit(c) || c == '*' || c == '$') return set(Kind::sequence);
        if (in_->take_word("ALL") || in_->take_word("SAVEDATESUPPORTED")) return SearchKey{};  // RFC 8514 §4.3: every mailbox here keeps it
        if (in_->take_word("RECENT")) return SearchKey{.kind = Kind::recent};
        if (in_->take_word("OLD")) return SearchKey{.kind = Kind::recent, .is_set = false};
        if (in_->take_word("NEW")) return fresh();
        for (const FlagWord& word : flag_words)
            if (in_->take_word(word.word)) return SearchKey{.kind = Kind::flag, .is_set = word.is_set, .number = word.bit};
        if (in_->take_word("NOT")) return operands(Kind::negation, 1, depth);
        if (in_->take_word("FUZZY")) return operands(Kind::fuzzy, 1, depth);
        if (in_->take_word("OR")) return operands(Kind::either, 2, depth);
        return with_argument();
    }

    // NEW: RECENT UNSEEN (RFC 3501 §6.4.4)
    static SearchKey fresh() {
        SearchKey out{.kind = Kind::both};
        out.children.push_back({.kind = Kind::recent});
        out.children.push_back({.kind = Kind::flag, .is_set = false, .number = flag_seen});
        return out;
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

    // All UIDs above one, or all below it (RFC 9738 §3.2).
    Result<SearchKey> beyond(bool above) {
        const auto number = in_->number();
        if (!number) return forward(number);
        if (*number == 0) return unexpected(Fault::syntax, "UIDs are counted from 1");
        if (*number == (above ? UINT32_MAX : 1U)) return SearchKey{.kind = Kind::nothing};
        const auto uid = static_cast<std::uint32_t>(*number);
        NumberSet uids;
        uids.add(above ? Range{uid + 1, UINT32_MAX} : Range{1, uid - 1});
        SearchKey out{.kind = Kind::uid};
        out.set = SequenceSet::of(uids);
        return out;
    }

    Result<SearchKey> with_argument() {
        const auto word = in_->atom();
        if (!word) return unexpected(Fault::syntax, "A search key is missing");
        if (const auto space = in_->space(); !space) return forward(space);
        const auto is = [&](std::string_view name) { return ascii::equals_ignoring_case(*word, name); };
        if (is("UID")) return set(Kind::uid);
        if (is("UIDAFTER") || is("UIDBEFORE")) return beyond(is("UIDAFTER"));
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
            if (*number == 0 && (known.kind == Kind::older || known.kind == Kind::younger))
                return unexpected(Fault::syntax, "An interval is at least a second");  // RFC 5032 §3: nz-number
            return SearchKey{.kind = known.kind, .number = *number};
        }
        return unexpected(Fault::syntax, "There is no such search key");
    }

    Result<SearchKey> text(Kind kind) {
        auto needle = in_->astring();
        if (!needle) return forward(needle);
        if (!charset_.empty()) {
            auto decoded = decode_(*needle, charset_);
            if (!decoded) return unexpected(Fault::syntax, "A search string is not in its charset");
            return SearchKey{.kind = kind, .text = *std::move(decoded)};
        }
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
    std::string charset_;  // empty: UTF-8
    CharsetDecoder decode_;
    std::size_t keys_ = 0;
};

bool is_utf8_name(std::string_view charset) {
    return charset.empty() || ascii::equals_ignoring_case(charset, "UTF-8") || ascii::equals_ignoring_case(charset, "US-ASCII");
}

}  // namespace

bool uses(const SearchKey& key, SearchKey::Kind kind) {
    if (key.kind == kind) return true;
    return std::ranges::any_of(key.children, [kind](const SearchKey& child) { return uses(child, kind); });
}

Result<SearchProgram> parse_search_program(Arguments& in, std::string charset, CharsetDecoder decode) {
    SearchProgram out{.charset = std::move(charset)};
    const bool is_utf8 = is_utf8_name(out.charset);
    out.is_known = is_utf8 || decode({}, out.charset).has_value();
    if (!out.is_known) return out;
    if (const auto space = out.charset.empty() ? Result<void>() : in.space(); !space) return forward(space);
    auto root = Parser(in, is_utf8 ? std::string() : out.charset, decode).list(0);
    if (!root) return forward(root);
    if (const auto end = in.end(); !end) return forward(end);
    out.root = *std::move(root);
    return out;
}

Result<SearchRequest> parse_search(Arguments& in, CharsetDecoder decode) {
    SearchRequest out;
    auto result = parse_search_return(in);
    if (!result) return forward(result);
    out.result = *std::move(result);
    std::string charset;
    if (in.take_word("CHARSET")) {
        if (const auto space = in.space(); !space) return forward(space);
        auto name = in.astring();
        if (!name) return forward(name);
        if (name->empty()) return unexpected(Fault::syntax, "A charset has a name");
        charset = *std::move(name);
    }
    auto program = parse_search_program(in, std::move(charset), decode);
    if (!program) return forward(program);
    out.program = *std::move(program);
    if (out.program.is_known && out.result.relevancy && !uses(out.program.root, SearchKey::Kind::fuzzy))
        return unexpected(Fault::syntax, "RELEVANCY goes with FUZZY");
    return out;
}

}  // namespace sky::imap
