#include "skyctl/csv.h"

#include "sky/base/ascii.h"

namespace sky::skyctl {
namespace {
Error wrong(std::size_t line, const char* what) { return {Fault::syntax, "line " + std::to_string(line) + ": " + what}; }

class Reader {
  public:
    explicit Reader(std::string_view text) : text_(text) {
        if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
    }
    bool at_end() const { return at_ == text_.size(); }

    Result<CsvRow> row() {
        CsvRow out{line_, {}};
        for (;;) {
            auto field = text_.substr(at_).starts_with('"') ? quoted() : plain();
            if (!field) return forward(field);
            if (!ascii::is_utf8(*field)) return std::unexpected(wrong(out.line, "this is not UTF-8"));
            out.fields.push_back(std::move(*field));
            if (at_end() || ends_line()) return out;
            ++at_;  // a comma
        }
    }

  private:
    bool ends_line() {
        if (text_.substr(at_).starts_with("\r\n")) ++at_;
        if (at_end() || text_[at_] != '\n') return false;
        ++at_;
        ++line_;
        return true;
    }
    Result<std::string> plain() {
        const auto end = std::min(text_.find_first_of(",\n", at_), text_.size());
        const auto field = ascii::trim(text_.substr(at_, end - at_));
        at_ = end;
        return std::string(field);
    }
    Result<std::string> quoted() {
        const std::size_t begun = line_;
        std::string out;
        for (++at_; !at_end(); ++at_) {
            if (text_[at_] == '"' && !text_.substr(++at_).starts_with('"')) {
                const auto rest = text_.substr(at_);
                if (rest.empty() || rest.starts_with(',') || rest.starts_with('\n') || rest.starts_with("\r\n")) return out;
                return std::unexpected(wrong(line_, "text behind a closing quote"));
            }
            line_ += text_[at_] == '\n';
            out.push_back(text_[at_]);
        }
        return std::unexpected(wrong(begun, "a quote does not end"));
    }
    std::string_view text_;
    std::size_t at_ = 0, line_ = 1;
};
}  // namespace

Result<std::vector<CsvRow>> parse_csv(std::string_view text) {
    std::vector<CsvRow> out;
    for (Reader reader(text); !reader.at_end();) {
        auto row = reader.row();
        if (!row) return forward(row);
        if (row->fields.size() > 1 || !row->fields[0].empty()) out.push_back(std::move(*row));
    }
    return out;
}

}  // namespace sky::skyctl
