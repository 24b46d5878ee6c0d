/*
 * Runs a command, and once a file is there sends it a console event (0 Ctrl-C, 1 Ctrl-Break, 2 the window is closed), or kills it (3):
 *
 *   console_event.exe EVENT FILE COMMAND...
 *
 * The event comes by the routine that Windows itself starts in a process for it, so that no other process of the console gets it.
 */
#include <stdio.h>
#include <windows.h>

/* The rest of the command line, as it was quoted, after some words that have no quotes in them. */
static wchar_t *after_words(wchar_t *line, int words) {
  BOOL is_quoted = FALSE;
  while (words > 0 && *line != 0) {
    if (*line == L'"') is_quoted = !is_quoted;
    if (*line++ != L' ' || is_quoted) continue;
    words--;
    while (*line == L' ') line++;
  }
  return line;
}

static int fail(const char *what) {
  fprintf(stderr, "console_event: cannot %s (%lu)\n", what, GetLastError());
  return 99;
}

int wmain(int count, wchar_t **words) {
  if (count < 4) return fail("run: too few words");
  STARTUPINFOW startup = {sizeof startup};
  PROCESS_INFORMATION child;
  if (!CreateProcessW(NULL, after_words(GetCommandLineW(), 3), NULL, NULL, TRUE, 0, NULL, NULL, &startup, &child)) {
    return fail("start the command");
  }
  while (WaitForSingleObject(child.hProcess, 20) == WAIT_TIMEOUT) {
    if (GetFileAttributesW(words[2]) == INVALID_FILE_ATTRIBUTES) continue;
    DeleteFileW(words[2]);
    INT_PTR event = _wtoi(words[1]);
    if (event == 3) {
      if (!TerminateProcess(child.hProcess, 1)) return fail("kill it");
      continue;
    }
    void *routine = (void *)GetProcAddress(GetModuleHandleW(L"kernelbase.dll"), "CtrlRoutine");
    if (CreateRemoteThread(child.hProcess, NULL, 0, (LPTHREAD_START_ROUTINE)routine, (void *)event, 0, NULL) == NULL) {
      return fail("send the event");
    }
  }
  DWORD code;
  GetExitCodeProcess(child.hProcess, &code);
  return (int)code;
}
