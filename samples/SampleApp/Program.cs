Console.WriteLine("1.0");
