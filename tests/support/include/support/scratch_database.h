#pragma once
// A database of its own for one test program, on the scratch PostgreSQL (SKYBRIDGE_TEST_PG), with the migrations of the named rooms.
#include <libpq-fe.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

namespace support {

class ScratchDatabase {
  public:
    // rooms: folders below the project's root that hold migrations/NNNN_*.sql, in the order they are applied.
    explicit ScratchDatabase(const std::vector<std::string>& rooms) {
        const char* owner = std::getenv("SKYBRIDGE_TEST_PG");
        if (!owner) throw std::runtime_error("SKYBRIDGE_TEST_PG is not set: run under tests/support/scratch run …");
        base_ = owner;
        name_ = "t" + std::to_string(::getpid()) + "_" + std::to_string(counter()++);
        run(base_, "create database " + name_);
        for (const auto& room : rooms) {
            std::vector<std::filesystem::path> files;
            for (const auto& file : std::filesystem::directory_iterator(std::filesystem::path(SKYBRIDGE_SOURCE_DIR) / room / "migrations"))
                if (file.path().extension() == ".sql") files.push_back(file.path());
            std::ranges::sort(files);
            for (const auto& file : files) {
                std::ifstream in(file);
                run(owner_dsn(), "begin; set role sky_owner;" + std::string(std::istreambuf_iterator<char>(in), {}) + "; commit;");
            }
        }
    }
    ~ScratchDatabase() {
        try {
            run(base_, "drop database " + name_ + " with (force)");
        } catch (const std::exception&) {  // the whole cluster goes away anyway
        }
    }
    ScratchDatabase(const ScratchDatabase&) = delete;
    ScratchDatabase& operator=(const ScratchDatabase&) = delete;

    std::string owner_dsn() const { return with_database(base_); }
    // As one of the login roles: sky_auth, sky_delivery, sky_imap, sky_pop3, sky_groupware.
    std::string dsn(const std::string& role) const {
        std::string dsn = owner_dsn();
        const auto user = dsn.find("//") + 2;
        return dsn.replace(user, dsn.find('@') - user, role + ":test");
    }
    // Any statements, as the owner; the first column of the first row as text.
    std::string sql(const std::string& statements) const { return run(owner_dsn(), statements); }

  private:
    static int& counter() {
        static int count = 0;
        return count;
    }
    std::string with_database(std::string dsn) const { return dsn.substr(0, dsn.rfind('/') + 1) + name_; }
    static std::string run(const std::string& dsn, const std::string& statements) {
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
    std::string base_;
    std::string name_;
};

}  // namespace support
