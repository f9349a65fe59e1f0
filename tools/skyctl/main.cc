#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cstdio>
#include <fstream>
#include <map>

#include "sky/base/ascii.h"
#include "skyctl/session.h"
#include "skyctl/settings.h"
#include "skyctl/verb.h"

namespace {
using namespace sky;

int fail(const Error& error) {
    const std::string& said = error.text.empty() ? error.reason : error.text;
    std::fprintf(stderr, "skyctl: %s\n", said.empty() ? "the service gave no reason; its log has it" : said.c_str());
    if (!error.text.empty() && !error.reason.empty() && error.reason != error.text)
        std::fprintf(stderr, "  reason: %s\n", error.reason.c_str());
    return skyctl::exit_code(error.fault);
}

// The environment, and below it the lines KEY=VALUE of a file: keys as in --help of settings, without the prefix.
Result<settings::Environment> environment(const std::string& file) {
    auto out = settings::process_environment();
    if (file.empty()) return out;
    std::ifstream in(file);
    if (!in) return unexpected(Fault::syntax, file + " can't be read");
    for (std::string line; std::getline(in, line);) {
        const auto text = ascii::trim(line);
        if (text.empty() || text.starts_with('#')) continue;
        const auto equals = text.find('=');
        if (equals == std::string_view::npos) return unexpected(Fault::syntax, file + ": a line is not KEY=VALUE");
        out.try_emplace(settings::environment_name("skyctl", ascii::trim(text.substr(0, equals))), ascii::trim(text.substr(equals + 1)));
    }
    return out;
}

// One verb's options on CLI11's terms, and back.
struct Bound {
    const skyctl::Verb* verb;
    CLI::App* app;
    std::map<std::string_view, std::string> one;  // CLI11 lets a vector take all that follows
    std::map<std::string_view, std::vector<std::string>> many;
    std::map<std::string_view, CLI::Option*> options;

    void bind() {
        for (const auto& option : verb->options) {
            CLI::Option* bound = nullptr;
            if (option.takes == skyctl::Takes::nothing) {
                const std::string name(option.name), sentence(option.sentence);
                bound = app->add_flag(name, sentence);
            } else {
                const bool by_place = !option.name.starts_with('-');
                const std::string name(option.name), sentence(option.sentence);
                if (option.takes == skyctl::Takes::texts)
                    bound = app->add_option(name, many[option.name], sentence);
                else
                    bound = app->add_option(name, one[option.name], sentence);
                const char* kind = option.takes == skyctl::Takes::octets   ? "SIZE"
                                   : option.takes == skyctl::Takes::number ? "NUMBER"
                                   : option.takes == skyctl::Takes::on_off ? "on|off"
                                                                           : "TEXT";
                bound->type_name(by_place ? "" : kind);
                if (option.takes == skyctl::Takes::on_off) bound->check(CLI::IsMember({"on", "off"}));
                if (option.takes == skyctl::Takes::octets || option.takes == skyctl::Takes::number)
                    bound->check([](const std::string& text) { return skyctl::parse_octets(text) ? "" : text + " is not a number"; });
            }
            if (option.must == skyctl::Must::be_given) bound->required();
            options[option.name] = bound;
        }
    }
    skyctl::Arguments arguments() const {
        skyctl::Arguments out;
        for (const auto& [name, option] : options) {
            if (option->count() == 0) continue;
            if (const auto texts = many.find(name); texts != many.end())
                out.set(name, texts->second);
            else if (const auto text = one.find(name); text != one.end())
                out.set(name, {text->second});
            else
                out.set(name, {});
        }
        return out;
    }
};

// "mailbox photo" stands in "mailbox", which stands in the command itself.
CLI::App* group_of(CLI::App& app, std::map<std::string, CLI::App*>& groups, const std::string& words) {
    if (words.empty()) return &app;
    auto& group = groups[words];
    if (group) return group;
    const auto space = words.rfind(' ');
    CLI::App* above = space == std::string::npos ? &app : group_of(app, groups, words.substr(0, space));
    group = above->add_subcommand(space == std::string::npos ? words : words.substr(space + 1), "Verbs for: " + words);
    group->require_subcommand(1);
    group->fallthrough();
    return group;
}
}  // namespace

int main(int argc, char** argv) try {
    CLI::App app("skyctl: the operator's command line of Skybridge");
    app.name("skyctl");
    std::string output = "table", config;
    app.add_option("-o,--output", output, "How results are printed: table or json")
        ->check(CLI::IsMember({"table", "json"}))
        ->type_name("FORMAT");
    app.add_option("--config", config, "File with settings, one KEY=VALUE a line; the environment (SKYBRIDGE_SKYCTL_KEY) wins")
        ->type_name("FILE");
    app.set_version_flag("--version", std::string(settings::version()));
    app.require_subcommand(1);
    app.fallthrough();
    std::string footer = "Settings (environment SKYBRIDGE_SKYCTL_KEY, or KEY=VALUE in the --config file):\n";
    for (const auto& row : skyctl::setting_rows) footer += "  " + std::string(row.key) + "  " + std::string(row.sentence) + "\n";
    footer +=
        "\nExit codes: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 exists already or conflicts.\n\nExample:\n  skyctl tenant add "
        "example";
    app.footer(footer);

    std::map<std::string, CLI::App*> groups;
    std::vector<std::unique_ptr<Bound>> bound;
    for (const skyctl::Verb* verb : skyctl::verbs()) {
        CLI::App* parent = group_of(app, groups, std::string(verb->group));
        auto* command = parent->add_subcommand(std::string(verb->name), std::string(verb->sentence));
        command->fallthrough();
        command->footer("Example:\n  skyctl " + std::string(verb->example));
        bound.push_back(std::make_unique<Bound>(Bound{verb, command, {}, {}, {}}));
        bound.back()->bind();
    }
    for (auto& [name, group] : groups) {
        std::string examples = "Examples:";
        for (const auto& one : bound)
            if (one->verb->words().starts_with(name + " ")) examples += "\n  skyctl " + std::string(one->verb->example);
        group->footer(examples);
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    for (const auto& one : bound) {
        if (!one->app->parsed()) continue;
        auto values = environment(config);
        if (!values) return fail(values.error());
        auto settings = settings::Settings::load("skyctl", skyctl::setting_rows, *values);
        if (!settings) return fail({Fault::syntax, settings.error().text, settings.error().reason});
        skyctl::Session session(std::move(*settings), output == "json" ? skyctl::Format::json : skyctl::Format::table);
        auto done = one->verb->run(session, one->arguments());
        return done ? 0 : fail(done.error());
    }
    return 2;
} catch (const std::exception& error) {
    std::fprintf(stderr, "skyctl: %s\n", error.what());
    return 1;
}
