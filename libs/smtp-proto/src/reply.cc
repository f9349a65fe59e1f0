#include "sky/smtp-proto/reply.h"

#include "sky/base/ascii.h"

namespace sky::smtp {
namespace {
constexpr std::size_t max_reply_line = 512;
constexpr std::size_t max_reply_lines = 100;

// RFC 3463 §2: class "." subject "." detail, the class equal to the reply's.
std::string enhanced_at(std::string_view text, int code) {
    const auto word = text.substr(0, text.find(' '));
    const auto parts = ascii::split(word, '.');
    if (parts.size() != 3 || parts[0] != std::to_string(code / 100)) return {};
    if (parts[1].size() > 3 || parts[2].size() > 3 || !ascii::number(parts[1]) || !ascii::number(parts[2])) return {};
    return std::string(word);
}

std::string clean(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c < 32 || c > 126) c = '?';
    return out;
}
}  // namespace

std::string Reply::text() const {
    std::string out;
    for (const auto& line : lines) out += (out.empty() ? "" : " ") + line;
    return out;
}

std::string print(const Reply& reply) {
    std::string out;
    for (std::size_t i = 0; i < reply.lines.size(); ++i) {
        std::string line = std::to_string(reply.code) + (i + 1 == reply.lines.size() ? ' ' : '-');
        if (!reply.enhanced.empty()) line += reply.enhanced + " ";
        line += clean(reply.lines[i]);
        out += line.substr(0, max_reply_line - 2) + "\r\n";
    }
    return out;
}

Reply reply_of(const Error& error) {
    const FaultCodes& row = codes(error.fault);
    return {row.smtp, std::string(row.enhanced), {error.text.empty() ? std::string(row.name) : error.text}};
}

Result<std::optional<Reply>> ReplyReader::feed(std::string_view line) {
    const auto bad = [&] { return unexpected(Fault::syntax, "the peer's reply makes no sense", ascii::printable(line, 120)); };
    const auto code = ascii::number(line.substr(0, 3), 599);
    if (!code || line.size() < 3 || *code < 200 || (line.size() > 3 && line[3] != ' ' && line[3] != '-')) return bad();
    if (!reply_.lines.empty() && static_cast<int>(*code) != reply_.code) return bad();
    if (reply_.lines.size() == max_reply_lines) return bad();
    auto text = line.substr(std::min<std::size_t>(4, line.size()));
    reply_.code = static_cast<int>(*code);
    const auto enhanced = enhanced_at(text, reply_.code);
    if (reply_.lines.empty()) reply_.enhanced = enhanced;
    if (!enhanced.empty() && enhanced == reply_.enhanced) text.remove_prefix(std::min(enhanced.size() + 1, text.size()));
    reply_.lines.emplace_back(text);
    if (line.size() > 3 && line[3] == '-') return std::optional<Reply>{};
    return std::optional<Reply>{std::exchange(reply_, Reply{})};
}

std::vector<Extension> extensions(const Reply& ehlo) {
    std::vector<Extension> found;
    for (std::size_t i = 1; i < ehlo.lines.size(); ++i) {
        const std::string_view line = ehlo.lines[i];
        const auto space = std::min(line.find(' '), line.size());
        found.push_back({ascii::to_upper(line.substr(0, space)), std::string(ascii::trim(line.substr(space)))});
    }
    return found;
}

}  // namespace sky::smtp
