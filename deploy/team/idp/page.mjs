/** The one page of the provider: who signs in. */

/**
 * @param {string[]} people
 * @param {string} problem Said above the form; empty when there is none.
 */
export function loginPage(people, problem) {
  const choices = people.map((name) => `<option>${name}</option>`).join('');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Sign in to the demonstration</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 22rem; margin: 15vh auto; padding: 0 1rem }
label, select, input, button { display: block; width: 100%; box-sizing: border-box; font: inherit }
select, input, button { padding: .5rem; margin: .25rem 0 1rem }
[role=alert] { color: #b00020 }
</style>
<h1>Sign in</h1>
<p>A provider for the demonstration: three people, one password, which <code>make team</code> prints.</p>
<p role="alert">${problem}</p>
<form method="post" autocomplete="off">
<label>Name <select name="login">${choices}</select></label>
<label>Password <input name="password" type="password" required autofocus></label>
<button>Sign in</button>
</form>
`;
}
