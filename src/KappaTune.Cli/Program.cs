using KappaTune.Cli;

using var interruption = new Interruption();
return await Application.RunAsync(args, Console.Out, Console.Error, interruption.Token);
