# Headers of packages that nearly every file of a kind of room reads (cmake/precompiled/<kind>.h), parsed once: it is more than half of what
# compiling costs. Files include what they use all the same. Paths are relative to the build folder, where Ninja runs the compiler, and
# nothing in the result depends on where the checkout is, so that ccache knows it, and what was made with it, in every checkout. The file that is
# compiled, beside the -include's, is one of the system's (macros alone): ccache keeps nothing that depends on /dev/null, and a file of ours has a path.
option(SKYBRIDGE_PRECOMPILED "Parse packages' headers once a kind of room" ON)
if(NOT SKYBRIDGE_PRECOMPILED)
  function(sky_precompile target kind)
  endfunction()
  return()
endif()
get_directory_property(sky_directory_options COMPILE_OPTIONS)
string(TOUPPER "${CMAKE_BUILD_TYPE}" sky_build_type)
separate_arguments(sky_precompiled_flags UNIX_COMMAND "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${sky_build_type}}")
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/precompiled)

# -include of the packages' headers that cmake/precompiled/<kind>.h names, by itself or through another file there: the compiler does not get
# that file, whose place would stand in the result.
function(sky_precompiled_headers kind out)
  set(headers)
  file(STRINGS ${CMAKE_SOURCE_DIR}/cmake/precompiled/${kind}.h lines REGEX "^#include")
  foreach(line IN LISTS lines)
    if(line MATCHES "^#include \"(.+)\\.h\"")
      sky_precompiled_headers(${CMAKE_MATCH_1} others)
      list(APPEND headers ${others})
    elseif(line MATCHES "^#include <(.+)>")
      list(APPEND headers -include ${CMAKE_MATCH_1})
    endif()
  endforeach()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/cmake/precompiled/${kind}.h)
  set(${out} ${headers} PARENT_SCOPE)
endfunction()

foreach(kind IN ITEMS std_test asio asio_test rpc rpc_test)
  set(out precompiled/${kind}.pch)
  sky_precompiled_headers(${kind} headers)
  set(definitions "$<FILTER:$<TARGET_PROPERTY:sky_flags,INTERFACE_COMPILE_DEFINITIONS>;$<TARGET_PROPERTY:fmt::fmt,INTERFACE_COMPILE_DEFINITIONS>,EXCLUDE,^$>")
  add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/${out}
    COMMAND ${CMAKE_CXX_COMPILER_LAUNCHER} ${CMAKE_CXX_COMPILER} ${sky_precompiled_flags} ${sky_directory_options} -fPIC
      "$<TARGET_PROPERTY:sky_flags,INTERFACE_COMPILE_OPTIONS>" "-D$<JOIN:${definitions},;-D>" ${CMAKE_CXX23_STANDARD_COMPILE_OPTION}
      -Xclang -fno-pch-timestamp -fpch-instantiate-templates ${headers} -x c++-header
      -MD -MT ${out} -MF ${out}.d -o ${out} -c /usr/include/stdc-predef.h
    DEPFILE ${out}.d WORKING_DIRECTORY ${CMAKE_BINARY_DIR}
    COMMENT "Precompiling ${kind}" COMMAND_EXPAND_LISTS VERBATIM)
  add_custom_target(precompiled_${kind} DEPENDS ${CMAKE_BINARY_DIR}/${out})
endforeach()

# KIND: asio or rpc for what ships, std_test, asio_test or rpc_test for tests. The target's definitions are those of sky_flags and fmt, or more.
function(sky_precompile target kind)
  add_dependencies(${target} precompiled_${kind})
  # Programs are made position-independent as libraries are: the compiler wants the same for both sides.
  target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-fPIC> "SHELL:-include-pch precompiled/${kind}.pch"
    "SHELL:-Xclang -fno-pch-timestamp")
endfunction()
