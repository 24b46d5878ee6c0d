# Installs findscu for one user on Windows: fetches the archive of this machine over https, checks its SHA-256 sum and, where gh or
# cosign is there, that the project's workflow built it, and unpacks it.
#
#   powershell -ExecutionPolicy Bypass -File install.ps1 [-Runtime bun|deno]
#
# -Runtime          which runtime the executable is made with: bun, which starts faster and may start programs for --via, or deno, which is
#                   held to the rights that findscu needs
#
# FINDSCU_VERSION   a version, such as 0.1.0; the latest release when unset
# FINDSCU_PREFIX    where to; %LOCALAPPDATA%\Programs\findscu when unset
# FINDSCU_SOURCE    folder (a path or https://) with the files of a release, instead of the project's page
# FINDSCU_ORIGIN    "unchecked" leaves the check of who built it out, where gh or cosign is there but cannot reach the network
param([ValidateSet('bun', 'deno')] [string] $Runtime = 'bun')

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

$repository = if ($env:FINDSCU_REPOSITORY) { $env:FINDSCU_REPOSITORY } else { 'findscu/findscu' }
$prefix = if ($env:FINDSCU_PREFIX) { $env:FINDSCU_PREFIX } else { Join-Path $env:LOCALAPPDATA 'Programs\findscu' }
$version = $env:FINDSCU_VERSION

# A 32-bit or translated PowerShell is told the machine's own architecture in the second variable.
$machine = if ($env:PROCESSOR_ARCHITEW6432) { $env:PROCESSOR_ARCHITEW6432 } else { $env:PROCESSOR_ARCHITECTURE }
$architecture = switch ($machine) {
  'AMD64' { 'x64' }
  'ARM64' { 'arm64' }
  default { throw "There is no executable for ${machine}: try the npm package" }
}
$target = "windows-$architecture"
$stem = if ($Runtime -eq 'bun') { 'findscu' } else { "findscu-$Runtime" }

$source = if ($env:FINDSCU_SOURCE) { $env:FINDSCU_SOURCE }
elseif ($version) { "https://github.com/$repository/releases/download/v$version" }
else { "https://github.com/$repository/releases/latest/download" }

# Redirects are followed one by one, so that none leads away from https.
function Get-HttpsFile([string] $Address, [string] $Path) {
  # Windows PowerShell 5.1 starts with older versions of TLS.
  [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12
  for ($hop = 0; $hop -le 5; $hop++) {
    if ($Address -notmatch '^https://') { throw "$Address is not https: nothing is fetched from there" }
    $request = [Net.WebRequest]::CreateHttp($Address)
    $request.AllowAutoRedirect = $false
    $request.UserAgent = 'findscu-install'
    $response = $request.GetResponse()
    try {
      if ([int] $response.StatusCode -lt 300) {
        $file = [IO.File]::Create($Path)
        try { $response.GetResponseStream().CopyTo($file) } finally { $file.Dispose() }
        return
      }
      $Address = (New-Object Uri ([Uri] $Address), $response.Headers['Location']).AbsoluteUri
    }
    finally { $response.Dispose() }
  }
  throw "There are too many redirections on the way to $Address"
}

function Get-ReleaseFile([string] $Name, [string] $Path) {
  if ($source -match '^[a-z]+://') {
    Get-HttpsFile "$source/$Name" $Path
  }
  else {
    Copy-Item -LiteralPath (Join-Path $source $Name) -Destination $Path
  }
}

$folder = Join-Path ([IO.Path]::GetTempPath()) ([IO.Path]::GetRandomFileName())
New-Item -ItemType Directory -Path $folder | Out-Null
try {
  $sums = Join-Path $folder 'SHA256SUMS'
  Get-ReleaseFile 'SHA256SUMS' $sums
  $wantedVersion = if ($version) { [regex]::Escape($version) } else { '[0-9][0-9A-Za-z.+-]*' }
  $line = Get-Content -LiteralPath $sums |
    Where-Object { $_ -match "^[0-9a-f]{64}  $stem-$wantedVersion-$target\.zip$" } |
    Select-Object -First 1
  if (-not $line) { throw "The release has no archive by $Runtime for $target" }
  $wanted, $name = $line -split '  ', 2
  $archive = Join-Path $folder $name
  Get-ReleaseFile $name $archive
  $found = (Get-FileHash -LiteralPath $archive -Algorithm SHA256).Hash.ToLowerInvariant()
  if ($found -ne $wanted) { throw "The sum of $name is $found, not ${wanted}: nothing was installed" }

  # The sums come from where the archive comes from: only the signed provenance says who built it.
  $provenance = 'findscu-provenance.sigstore.json'
  $workflow = "$repository/.github/workflows/release.yml"
  $verifier = @('gh', 'cosign') | Where-Object { Get-Command $_ -CommandType Application -ErrorAction SilentlyContinue } | Select-Object -First 1
  if ($env:FINDSCU_ORIGIN -eq 'unchecked') {
    $origin = 'Who built it was not checked, as FINDSCU_ORIGIN asks.'
  }
  elseif (-not $verifier) {
    $origin = 'Who built it was not checked: neither gh nor cosign is there. Its sum is right.'
  }
  else {
    $bundle = Join-Path $folder $provenance
    $has = $true
    try { Get-ReleaseFile $provenance $bundle } catch { $has = $false }
    if ($has) {
      if ($verifier -eq 'gh') {
        & gh attestation verify $archive --bundle $bundle --repo $repository --signer-workflow $workflow | Out-Null
      }
      else {
        & cosign verify-blob-attestation --bundle $bundle --new-bundle-format --type slsaprovenance1 `
          --certificate-oidc-issuer https://token.actions.githubusercontent.com `
          --certificate-identity-regexp "^https://github\.com/$workflow@refs/tags/v" $archive | Out-Null
      }
      if ($LASTEXITCODE -ne 0) {
        throw "$verifier does not confirm that the project built ${name}: nothing was installed (without network: FINDSCU_ORIGIN=unchecked)"
      }
      $origin = "The project built it, says $verifier."
    }
    elseif ($env:FINDSCU_SOURCE) {
      $origin = "Who built it was not checked: there is no $provenance in $source. Its sum is right."
    }
    else { throw "The release has no ${provenance}: nothing was installed" }
  }

  Expand-Archive -LiteralPath $archive -DestinationPath $folder
  $content = Join-Path $folder ([IO.Path]::GetFileNameWithoutExtension($name))
  & (Join-Path $content 'findscu.exe') --version | Out-Null
  if ($LASTEXITCODE -ne 0) { throw 'The executable does not run on this machine' }

  New-Item -ItemType Directory -Force -Path $prefix | Out-Null
  # By pipe, as a path may have brackets, which are wildcards elsewhere.
  Get-ChildItem -LiteralPath $content -Force | Copy-Item -Destination $prefix -Recurse -Force
}
finally {
  Remove-Item -LiteralPath $folder -Recurse -Force
}

Write-Output "Installed $(Join-Path $prefix 'findscu.exe')"
Write-Output $origin
# The registry itself, since .NET would write the variables in it (%USERPROFILE%\...) as what they stand for now.
$settings = 'HKCU:\Environment'
$key = Get-Item -LiteralPath $settings
$path = $key.GetValue('Path', '', [Microsoft.Win32.RegistryValueOptions]::DoNotExpandEnvironmentNames)
if (($path -split ';') -notcontains $prefix) {
  $paths = (@($path.TrimEnd(';'), $prefix) | Where-Object { $_ }) -join ';'
  New-ItemProperty -LiteralPath $settings -Name Path -Value $paths -PropertyType ExpandString -Force | Out-Null
  # Tells running programs, as only this does, by setting a variable and taking it away.
  [Environment]::SetEnvironmentVariable('FINDSCU_INSTALLED', '1', 'User')
  [Environment]::SetEnvironmentVariable('FINDSCU_INSTALLED', [NullString]::Value, 'User')
  Write-Output 'Added it to the Path of this user: open a new console to call it by name.'
}
