#include "sky/mime/tree.h"

#include <algorithm>

#include "sky/base/ascii.h"
#include "sky/mime/header.h"
#include "sky/mime/parameters.h"

namespace sky::mime {
namespace {

struct Line {
    std::size_t start, end;  // with the line break
};

// An open part on the path from the root to where we read. Only multiparts whose closing delimiter has not come have a boundary.
struct Open {
    std::uint32_t part;
    std::string boundary;  // empty: matches nothing
    bool digest = false;
    bool has_children = false;
    std::uint64_t lines_before = 0;  // LFs before the body
};

class Parser {
  public:
    explicit Parser(std::string_view text) : text_(text) {}

    Tree run() {
        enter(false);
        while (at_ < text_.size()) {
            const auto line = next_line();
            const auto hit = delimiter(line);
            if (hit.level == none) continue;
            leave_to(hit.level + 1, line.start);
            if (hit.closing) {
                open_[hit.level].boundary.clear();
            } else {
                open_[hit.level].has_children = true;
                enter(open_[hit.level].digest);
            }
        }
        leave_to(0, text_.size());
        for (std::size_t i = tree_.parts.size(); i-- > 1;) {
            auto& parent = tree_.parts[tree_.parts[i].parent];
            parent.end = std::max(parent.end, tree_.parts[i].end);
        }
        return std::move(tree_);
    }

  private:
    static constexpr std::size_t none = SIZE_MAX;
    struct Hit {
        std::size_t level = none;
        bool closing = false;
    };

    Line next_line() {
        const auto start = at_;
        const auto end = text_.find('\n', at_);
        at_ = end == std::string_view::npos ? text_.size() : end + 1;
        if (end != std::string_view::npos) ++lines_;
        return {start, at_};
    }

    // Is this line a delimiter of an open multipart (RFC 2046 §5.1.1)? The innermost first.
    Hit delimiter(Line line) const {
        if (line.end - line.start < 3 || text_[line.start] != '-' || text_[line.start + 1] != '-') return {};
        auto rest = text_.substr(line.start + 2, line.end - line.start - 2);
        while (!rest.empty() && ascii::is_space(rest.back())) rest.remove_suffix(1);
        for (std::size_t i = open_.size(); i-- > 0;) {
            const auto& boundary = open_[i].boundary;
            if (boundary.empty() || !rest.starts_with(boundary)) continue;
            if (rest.size() == boundary.size()) return {i, false};
            if (rest.substr(boundary.size()) == "--") return {i, true};
        }
        return {};
    }

    // Ends all open parts from `level` inwards at a delimiter (or the end) that starts at `at`; the line break before it belongs to it.
    void leave_to(std::size_t level, std::size_t at) {
        std::uint64_t end = at;
        if (at < text_.size() || at_ > at) {
            if (end > 0 && text_[end - 1] == '\n') --end;
            if (end > 0 && end < at && text_[end - 1] == '\r') --end;
        }
        const std::uint64_t lines_at = lines_ - (at < text_.size() && text_.substr(at, at_ - at).ends_with('\n') ? 1 : 0);
        while (open_.size() > level) {
            const auto& open = open_.back();
            auto& part = tree_.parts[open.part];
            const auto trimmed = end < at && at > part.body_offset();
            end = std::max(end, part.body_offset());
            part.body_size = end - part.body_offset();
            const auto lines = lines_at - std::min(lines_at, open.lines_before);
            part.lines = part.body_size == 0 ? 0 : lines - (trimmed && end < at && lines > 0 ? 1 : 0);
            if (part.kind == Part::Kind::multipart && !open.has_children) {
                part.kind = Part::Kind::leaf;
                part.fallback = part.text = true;
            }
            open_.pop_back();
        }
    }

    // Reads one header, up to its empty line or to a delimiter, which is left for the main loop.
    Header read_header() {
        const auto start = at_;
        while (at_ < text_.size()) {
            const auto before = lines_;
            const auto line = next_line();
            if (delimiter(line).level != none) {
                at_ = line.start;
                lines_ = before;
                break;
            }
            const auto content = ascii::trim(text_.substr(line.start, line.end - line.start));
            if (content.empty() && (text_[line.start] == '\r' || text_[line.start] == '\n')) break;
            if (line.start == start && parse_header(text_.substr(line.start, line.end - line.start)).size == 0) {
                at_ = line.start;  // no header at all
                lines_ = before;
                break;
            }
        }
        return parse_header(text_.substr(start, at_ - start));
    }

    // Starts parts at the present place: one, or with message/rfc822 one within the other.
    void enter(bool digest) {
        for (;;) {
            const auto index = static_cast<std::uint32_t>(tree_.parts.size());
            Part part;
            part.parent = open_.empty() ? 0 : open_.back().part;
            part.end = index + 1;
            part.header_offset = at_;
            const auto header = read_header();
            part.header_size = at_ - part.header_offset;
            Open open{index, {}, false, false, lines_};
            classify(header, digest, part, open);
            tree_.parts.push_back(part);
            if (tree_.parts.size() >= max_parts)
                for (auto& other : open_) other.boundary.clear();  // this last part takes all that remains
            open_.push_back(std::move(open));
            if (part.kind != Part::Kind::message) return;
            digest = false;
        }
    }

    void classify(const Header& header, bool digest, Part& part, Open& open) const {
        const auto* type_field = find(header, "content-type");
        auto type = type_field ? parse_content_type(type_field->value) : std::nullopt;
        if (!type) {
            type.emplace();
            if (digest) type = ContentType{"message", "rfc822", {}};
        }
        if (const auto* encoding = find(header, "content-transfer-encoding")) part.encoding = parse_encoding(unfold(encoding->value));
        part.text = type->type == "text";
        const bool multipart = type->type == "multipart";
        const bool message = type->is("message", "rfc822") || type->is("message", "global");
        if (!multipart && !message) return;
        const bool identity = part.encoding != Encoding::base64 && part.encoding != Encoding::quoted_printable;
        // A message within must have room for its root; its encoding must be none (RFC 2046 §5.2.1).
        if (open_.size() + 1 >= max_depth || tree_.parts.size() + 2 >= max_parts || (message && !identity)) {
            part.fallback = true;
            return;
        }
        if (message) {
            part.kind = Part::Kind::message;
            return;
        }
        const auto* boundary = find_parameter(type->parameters, "boundary");
        auto name = boundary ? ascii::trim(*boundary) : std::string_view();
        if (name.empty() || name.size() > 200) {
            part.fallback = part.text = true;  // read as plain text
            return;
        }
        part.kind = Part::Kind::multipart;
        open.boundary = std::string(name);
        open.digest = type->subtype == "digest";
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::uint64_t lines_ = 0;
    Tree tree_;
    std::vector<Open> open_;
};

}  // namespace

std::vector<std::uint32_t> Tree::children(std::uint32_t of) const {
    std::vector<std::uint32_t> out;
    for (std::uint32_t i = of + 1; i < parts[of].end; i = parts[i].end) out.push_back(i);
    return out;
}

Tree parse_tree(std::string_view message) { return Parser(message).run(); }

}  // namespace sky::mime
