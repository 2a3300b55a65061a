using System.CommandLine;
using KappaTune.Tool;

return new RootCommand("Fine-tunes pre-trained text models on their low-condition-number tensors, in ML.NET.")
{
    InfoCommand.Create(),
}.Parse(args).Invoke();
