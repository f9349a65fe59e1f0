#include "support/scratch_database.h"

#include <libpq-fe.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>

#include "support/project_root.h"

namespace support {
namespace {
std::string with_database(const std::string& dsn, const std::string& name) { return dsn.substr(0, dsn.rfind('/') + 1) + name; }

std::string new_name() {
    static int count = 0;
    return "t" + std::to_string(::getpid()) + "_" + std::to_string(count++);
}

std::string run(const std::string& dsn, const std::string& statements) {
    PGconn* connection = PQconnectdb(dsn.c_str());
    PGresult* result = PQexec(connection, statements.c_str());
    const auto status = PQresultStatus(result);
    const std::string error = PQerrorMessage(connection);
    const std::string value = PQntuples(result) > 0 && PQnfields(result) > 0 ? PQgetvalue(result, 0, 0) : "";
    PQclear(result);
    PQfinish(connection);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) throw std::runtime_error("scratch database: " + error);
    return value;
}

// Migrated once a program; a copy of it takes a quarter of the time.
const std::string& model_of(const std::string& base, const std::vector<std::string>& rooms) {
    static std::map<std::vector<std::string>, std::string> models;
    auto& name = models[rooms];
    if (!name.empty()) return name;
    const std::string fresh = new_name();
    run(base, "create database " + fresh);
    for (const auto& room : rooms) {
        std::vector<std::filesystem::path> files;
        for (const auto& file : std::filesystem::directory_iterator(project_root() / room / "migrations"))
            if (file.path().extension() == ".sql") files.push_back(file.path());
        std::ranges::sort(files);
        for (const auto& file : files) {
            std::ifstream in(file);
            run(with_database(base, fresh),
                "begin; set role sky_owner;" + std::string(std::istreambuf_iterator<char>(in), {}) + "; commit;");
        }
    }
    return name = fresh;
}
}  // namespace

std::filesystem::path project_root() { return SKYBRIDGE_SOURCE_DIR; }

ScratchDatabase::ScratchDatabase(const std::vector<std::string>& rooms) {
    const char* owner = std::getenv("SKYBRIDGE_TEST_PG");
    if (!owner) throw std::runtime_error("SKYBRIDGE_TEST_PG is not set: run under tests/support/scratch run …");
    base_ = owner;
    name_ = new_name();
    run(base_, "create database " + name_ + " template " + model_of(base_, rooms));
}

ScratchDatabase::~ScratchDatabase() {
    try {
        run(base_, "drop database " + name_ + " with (force)");
    } catch (const std::exception&) {  // the whole cluster goes away anyway
    }
}

std::string ScratchDatabase::owner_dsn() const { return with_database(base_, name_); }

std::string ScratchDatabase::dsn(const std::string& role) const {
    std::string dsn = owner_dsn();
    const auto user = dsn.find("//") + 2;
    return dsn.replace(user, dsn.find('@') - user, role + ":test");
}

std::string ScratchDatabase::sql(const std::string& statements) const { return run(owner_dsn(), statements); }

}  // namespace support
