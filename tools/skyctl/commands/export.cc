#include "sky/base/ascii.h"
#include "skyctl/commands/commands.h"
#include "skyctl/plan/plan.h"
#include "skyctl/session.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"--tenant", Takes::text, Must::may_be_given, "Only this tenant."},
};

// One object a line, so that two exports can be compared by lines.
std::string lines_of(const boost::json::object& directory) {
    std::string out = "{";
    for (const auto& [name, list] : directory) {
        out += out.size() > 1 ? ",\n" : "\n";
        out += "  " + boost::json::serialize(name) + ": [";
        bool first = true;
        for (const auto& item : list.as_array()) {
            out += first ? "\n    " : ",\n    ";
            out += boost::json::serialize(item);
            first = false;
        }
        out += first ? "]" : "\n  ]";
    }
    return out + "\n}\n";
}

Result<void> run(Session& session, const Arguments& arguments) {
    auto directory = plan::read_directory(session, ascii::to_lower(arguments.text("--tenant")));
    if (!directory) return forward(directory);
    session.print(lines_of(*directory));
    return {};
}
}  // namespace

const Verb export_verb{.group = "",
                       .name = "export",
                       .sentence = "Writes the directory as a plan, without secrets; apply reads it.",
                       .example = "export --tenant example > plan.json",
                       .options = options,
                       .run = &run};

}  // namespace sky::skyctl
