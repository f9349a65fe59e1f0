# Compiler flags, ccache, and the packages every room may use. Third-party headers come in as SYSTEM.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)

find_program(CCACHE ccache)
if(CCACHE)
  # Paths relative to the build tree, so that two trees of one checkout share their objects.
  set(launcher ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=time_macros,pch_defines CCACHE_DEPEND=1 ${CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
endif()

add_library(sky_flags INTERFACE)
target_compile_options(sky_flags INTERFACE
  -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wimplicit-fallthrough -Werror
  -Wno-missing-field-initializers -fno-omit-frame-pointer)
target_compile_definitions(sky_flags INTERFACE
  BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_BOOST_ARRAY BOOST_ASIO_DISABLE_BOOST_BIND BOOST_ASIO_DISABLE_BOOST_REGEX
  $<$<BOOL:${SKYBRIDGE_FAILPOINTS}>:SKYBRIDGE_FAILPOINTS=1>)
target_link_options(sky_flags INTERFACE -fuse-ld=lld)

if(CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
  set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1 -DNDEBUG")
  target_compile_options(sky_flags INTERFACE -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
  target_link_options(sky_flags INTERFACE -Wl,-z,relro,-z,now -Wl,--gc-sections)
else()
  # Optimised, a coroutine file takes three times as long to compile under the sanitizers.
  set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")
endif()
if(SKYBRIDGE_SANITIZE)
  add_compile_options(-fsanitize=${SKYBRIDGE_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${SKYBRIDGE_SANITIZE})
endif()

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(fmt REQUIRED)
foreach(package IN ITEMS libpq libpqxx hiredis libsodium libzstd zlib libical grpc++ protobuf libunbound libpsl icu-uc icu-i18n ldap libcrypt)
  string(REPLACE "+" "p" name ${package})
  pkg_check_modules(${name} REQUIRED IMPORTED_TARGET ${package})
endforeach()
find_program(PROTOC protoc REQUIRED)
find_program(GRPC_CPP_PLUGIN grpc_cpp_plugin REQUIRED)
